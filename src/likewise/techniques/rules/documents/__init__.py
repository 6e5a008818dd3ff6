"""JSON documents from a JSON Schema: instances that its validator accepts, each made from its number."""
