"""Every bound of the shim has its name here. Bytes, seconds, counts."""

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE

HEADER_BYTES = 64 * KIBIBYTE
HEADERS = 200
BODY_BYTES = 16 * MEBIBYTE
# Of a longer body, before more of it is read.
UNREAD_BYTES = 256 * KIBIBYTE
ANSWER_BYTES = 64 * MEBIBYTE
CONNECTIONS = 256
# Longer than any client of ours keeps a connection, so that none is closed under a request.
KEEP_ALIVE_S = 75
REQUEST_S = 60
# For a client that still sends what is refused to read the refusal.
ENDING_S = 5
# A reader that takes nothing for this long is gone.
WRITE_S = 60
# Of an answer that nobody reads yet.
UNSENT_BYTES = 256 * KIBIBYTE

WORKERS = 8
WAITING_CALLS = 64
# That a WSGI application holds at once: who visits it may read an answer as slowly as he pleases.
VISITS = WORKERS - 2
# That hold a worker while they come, for as long as their senders please.
UPLOADS = WORKERS // 2
# Calls that timed out and can't be interrupted keep their thread; after so many the back end says that it is ill.
STUCK_CALLS = 8
UNLOAD_S = 5
STOP_S = 10

JSON_DEPTH = 100
LOG_CHARACTERS = 64 * KIBIBYTE
DATA_CHARACTERS = 8 * KIBIBYTE
# Of what is said of one input, where all of it is too long.
DATA_ENTRY_CHARACTERS = 1 * KIBIBYTE
# Of a value, in a sentence that says what is wrong with it; of what else it could be; of what is wrong with one input.
SHOWN_CHARACTERS = 80
NAMED_CHOICES = 12
NAMED_PROBLEMS = 10

EVENTS = 1000
EVENT_BYTES = 256 * KIBIBYTE
EVENTS_ANSWER_BYTES = 4 * MEBIBYTE
EVENTS_WAIT_S = 60
REGISTRATIONS = 1000
REGISTRATION_BYTES = 64 * KIBIBYTE
TRIGGERS = 16
TASK_EVENTS = 10_000

# Instances that keep a connection of their own, beside the installation's.
CONNECTED_INSTANCES = 16
# Shorter values would blot out half of every answer.
SECRET_CHARACTERS = 4
# Files looked through for a class that isn't where it is expected.
SEARCHED_FILES = 2000
SEARCHED_FILE_BYTES = 1 * MEBIBYTE
# Of a module, in a sentence that says what there is.
NAMED_CLASSES = 20
