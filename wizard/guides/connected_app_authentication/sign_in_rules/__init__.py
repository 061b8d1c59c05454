"""Lines of our own: can everybody still sign in who has to, as Salesforce asks since 2026?"""
