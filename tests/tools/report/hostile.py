"""Text that would do harm if a page took it for its own."""

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>&amp;\"'"
