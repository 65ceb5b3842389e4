"""What both programs of a frozen build run; which of them it is says the name it was started by."""

import sys
from pathlib import Path

if __name__ == "__main__":
    if Path(sys.argv[0]).stem == "zimu-desktop":
        from gui.desktop import main
    else:
        from plugin_core.cli import main
    main()
