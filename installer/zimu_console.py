"""What a frozen build's program ``zimu`` runs."""

from plugin_core.cli import main

if __name__ == "__main__":
    main()
