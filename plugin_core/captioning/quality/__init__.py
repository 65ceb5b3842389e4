"""
Are captions that people wrote fit to learn from? The paper's quality control, for anybody's annotations.

* ``read(path)`` gives the captions of a file, ``check(collection)`` what is wrong with them
* ``written(collection, checked.mended())``  the file again: mended where that is known, without the rest
* ``consistency``     equations (18) and (19): does a caption say what the others of its video say
* ``grammar``         verbs and names; ``typing_errors``: what was typed for something else
* ``report``          JSON and a page
"""

from plugin_core.captioning.quality.checks import check
from plugin_core.captioning.quality.reading import Caption, Collection, read, written
from plugin_core.captioning.quality.values import CHECKS, Checked, Finding

__all__ = ["CHECKS", "Caption", "Checked", "Collection", "Finding", "check", "read", "written"]
