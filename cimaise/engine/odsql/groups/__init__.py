"""The keys of groups that are not values of records: ranges, periods, clusters of places."""
