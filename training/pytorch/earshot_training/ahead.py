"""Reading while learning."""

from concurrent.futures import ThreadPoolExecutor

_END = object()


def ahead(items):
    """The same items, each made by a thread while the one before is used."""
    items = iter(items)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, _END)
        while (item := following.result()) is not _END:
            following = pool.submit(next, items, _END)
            yield item
