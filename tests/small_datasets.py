"""Two small datasets for tests: museums on a map, events in time."""

from cimaise.engine.metadata.description import DatasetDescription, FieldWish

MUSEUMS = """ref;nom;commune;region;type;visites;ouverture;coordonnees;themes
M0001;Musée du Louvre;Paris;Île-de-France;Beaux-arts;8700000;1793-08-10;48.8606, 2.3376;Peinture|Sculpture
M0002;Musée d’Orsay;Paris;Île-de-France;Beaux-arts;3600000;1986-12-01;48.86, 2.3266;Peinture
M0003;Palais des Beaux-Arts;Lille;Hauts-de-France;Beaux-arts;280000;1809-09-01;50.6306, 3.0628;Peinture|Archéologie
M0004;Musée de la Mer;Évreux;Normandie;Société;;2001-05-02;;
M0005;Écomusée du pays d’Auge;Lisieux;Normandie;Société;12000;1995-04-15;49.1466, 0.2267;Ethnographie
"""  # noqa: E501 - a table reads best one row a line

EVENTS = """id,titre,debut
1,Nuit des musées,2021-05-15T18:00:00Z
2,Journées du patrimoine,2021-09-18T07:30:00Z
3,Fête de la musique,2022-06-21T16:00:00Z
"""


def museums(**changed):
    """The description of a dataset of museums."""
    said = {
        "id": "musees",
        "title": "Musées de France",
        "description": "<p>Les <b>musées</b> &amp; leurs collections&nbsp;: "
        "liste des établissements labellisés.</p>",
        "producer": "Ministère de la Culture",
        "licence": "Licence Ouverte 2.0",
        "themes": ("Musées", "Patrimoine, histoire"),
        "keywords": ("musée", "label"),
        "key": ("ref",),
        "fields": (
            FieldWish("region", annotations={"facet": True}),
            FieldWish("type", annotations={"facet": True, "disjunctive": True}),
            FieldWish("themes", annotations={"facet": True, "multivalued": "|"}),
        ),
    }
    return DatasetDescription(**{**said, **changed})


def events(**changed):
    """The description of a dataset of events, without key facets or points."""
    said = {
        "id": "evenements",
        "title": "Événements culturels",
        "description": "Des bibliothèques et des salles.",
        "producer": "Région Normandie",
        "licence": "ODbL 1.0",
        "themes": ("Spectacle",),
        "keywords": ("agenda",),
        "key": ("id",),
    }
    return DatasetDescription(**{**said, **changed})
