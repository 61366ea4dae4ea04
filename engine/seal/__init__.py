"""What a seal is made of: the Merkle log, the key that signs, the signed text, its file, its tables."""
