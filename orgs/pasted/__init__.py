"""A pasted list of people: which person each part of it names. Knows no org and no database.

Lists come from spreadsheets, mail programs, chats and reports: with bullets, quotes, names around addresses,
characters that nobody sees, headers and remarks. Nobody is dropped: what stands beside an address or in a
remark is looked up as well.
"""
