"""What the OpenAPI description says beside the verbs: how to begin, and the WebSocket, which OpenAPI does not know."""

ABOUT = """
Loopback only. Where it is and its token: `server.json` in Zimu's home, `{"port", "token", "pid", "zimu"}`, readable by
the user alone, new each time. Requests need `Authorization: Bearer TOKEN`, a `Host` of `127.0.0.1:PORT` or
`localhost:PORT`, and no `Origin` of another page. There is no CORS. Times are ms; paths are absolute and lie in the
folders that the user allowed.

## The WebSocket `/ws`

The same verbs, and events. Every message is a JSON object as text, at most 1 MB.

* First, within 5 s: `{"do": "hello", "id": 0, "token": TOKEN, "protocol": 1, "host": "premiere" | "resolve" | "",
  "panel": ID, "language": "en", "answers": false}`; the answer is `{"id": 0, "result": {"zimu", "protocol", "host"}}`.
  A panel keeps its `panel` id: a second connection with the same id takes the place of the first.
* Requests: `{"id": n, "do": VERB, ...arguments}`; answers: `{"id": n, "result": ...}` or `{"id": n, "error": {...}}`.
  Over the WebSocket only: `allow` `{"folder"}`, for a folder that the user chose in the program's own dialog; and for
  other programs of the user (the command line, the desktop app) that said hello for `premiere` with `answers` false:
  `call` `{"verb", "arguments", "timeout"}`, a verb of the script behind Premiere's panel, of those that there are and
  with files where Zimu keeps its own or the user allowed it, and `hold` and `release` `{}`, between which nobody else's
  job works in Premiere.
* Events of a job, to the panel that started it and to those that `watch` it: `{"event", "job", "seq", ...}` with
  `progress`, `note`, `chunk`, `translated`, `marked`; the last is `finished` `{"path", "files"}`, `reported`
  `{"report"}` or `failed` `{"error"}`. Of the progress of a stage only the last is kept.
* `{"event": "document", "path", "revision", "cues", "gone", "can_undo", "can_redo"}` when a document that this panel
  opened was changed by another one, by a job or by another program.
* Host calls, to a panel or process that answers for its `host` (`answers`; without it the one in `premiere` does):
  `{"call": n, "do", "arguments", "timeout"}`, to be answered with `{"answer": n, "result": ...}` or
  `{"answer": n, "error": {"code", "message", "hint"}}`. One that means a host and does not answer for it works through
  the one that does.
* It closes with 4401 (no or a wrong token), 4403 (before the handshake: a wrong `Host` or `Origin`), 4409 (the panel
  connected again), 4429 (too many messages), 1003 (binary), 1009 (too large), 1012 (the server ends), 1013 (the panel
  does not read).
"""
