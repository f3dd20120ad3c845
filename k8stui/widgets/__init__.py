"""Widgets take rows, columns and text and post messages upward. They never see an API object and never call the API."""
