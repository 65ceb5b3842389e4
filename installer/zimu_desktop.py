"""What a frozen build's program ``zimu-desktop`` runs."""

from gui.desktop import main

if __name__ == "__main__":
    main()
