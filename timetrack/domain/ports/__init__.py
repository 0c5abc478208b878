"""The interfaces that the domain needs and adapters implement: protocols, with their promises."""
