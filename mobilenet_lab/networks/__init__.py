"""What a network is: families, designs, knobs, and the layers of a design."""
