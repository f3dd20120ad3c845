"""The page behind `J`: what was done, what runs, and what was cut off."""
