"""Staff established that the signatory is who they say: verification, its level, its evidence."""
