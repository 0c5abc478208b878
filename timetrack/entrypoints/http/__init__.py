"""The contract, served: Connexion in front, framework-free handlers behind."""
