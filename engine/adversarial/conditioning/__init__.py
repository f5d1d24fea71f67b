"""What a generator is asked for, and how a discriminator checks it."""
