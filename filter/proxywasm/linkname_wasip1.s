// Present so that the compiler takes functions without a body, which are linked by name.
