"""The text encoders under test, or arms, for every stage that compares them."""
