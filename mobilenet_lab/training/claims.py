"""Who is training a run at the moment: a lock on a file, which ends with the process that holds it.

So processes that share a store do not train the same run, and one that is killed hinders nobody.
On a file system without locks everybody may train everything: the same run twice gives the same
file.
"""

import contextlib
import errno
import os
import sys

NO_LOCKS = errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL


@contextlib.contextmanager
def claim(folder, key):
    """Whether the run is ours as long as the block lasts; False if another holds it.

    The file stays if the run was not finished. Otherwise it is deleted; whoever still waits for it,
    or makes it again, finds the result in the store.
    """
    path = folder / "claims" / key
    path.parent.mkdir(exist_ok=True)
    with open(path, "ab") as file:
        mine = _locked(file)
        yield mine
        if mine:
            with contextlib.suppress(OSError):  # Windows deletes no open file
                os.unlink(path)


def _locked(file):
    try:
        _lock(file)
    except OSError as error:
        return error.errno in NO_LOCKS
    return True


def _lock(file):
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
