"""The look: components, tokens and islands; pages wear it and never write its classes."""
