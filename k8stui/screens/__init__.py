"""Screens: one file each. They lease feeds, own views and hand rows to widgets; they hold no rules of Kubernetes."""
