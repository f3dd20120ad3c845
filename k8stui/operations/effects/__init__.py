"""What a change touches besides its object: pure lines, from the change and what stands around it.

Nothing is read here: `whole.wants` says what there is to read, screens read it (`screens.questions.surroundings`).
Besides: what objects have of what a builder changes (`present`), and who reads a ConfigMap or Secret (`readers`).
"""
