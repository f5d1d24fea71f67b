"""Every text of Ganvas that can be translated, and the files that hold the translations.

``make translations`` finds the texts, brings ``projects/locale/*/LC_MESSAGES/ganvas.po`` up to date and compiles
the ``ganvas.mo`` beside each, which is what the program reads.
"""
