"""Clients that mean no good, each a function that runs in a process of its own (test_floods.py).

They get the port of the server and how much is asked of them, and return what came of it.
"""
import contextlib
import multiprocessing
import resource
import select
import time

from instance import Conversation

SOURCES = [f'127.0.0.{number}' for number in range(60, 80)]
BLOCK = b'x' * (1 << 20)


def in_process(function, *arguments):
    """Starts it; the result comes from the queue that is returned with the process."""
    results = multiprocessing.get_context('fork').SimpleQueue()
    process = multiprocessing.get_context('fork').Process(target=_report, args=(results, function, arguments),
                                                          daemon=True)
    process.start()
    return process, results


def _report(results, function, arguments):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        results.put(function(*arguments))
    except Exception as error:      # the test says which one
        results.put(error)


def in_turn(port, connections):
    """Comes, is greeted and goes, again and again; how often it was greeted."""
    greeted = 0
    for number in range(connections):
        with Conversation(port, SOURCES[number % len(SOURCES)]) as client:
            greeted += client.reply().startswith('220')
            client.write(b'QUIT\r\n')
            client.reply()
    return greeted


def at_once(port, connections, arrived, leave):
    """Many connections from one address, held from `arrived` to `leave`: (greeted, refused)."""
    clients = [Conversation(port, SOURCES[0]) for _ in range(connections)]
    first = [client.reply()[:3] for client in clients]
    arrived.set()
    leave.wait()
    for client in clients:
        client.socket.close()
    return first.count('220'), first.count('421')


def endless(port, commands, opening, block, blocks, end):
    """After the commands `opening`, `block` again and again, then `end`: the last reply, '' if hung
    up on."""
    with Conversation(port, SOURCES[0], timeout=120) as client:
        client.reply()
        client.ask(*commands)
        with contextlib.suppress(ConnectionError):
            client.write(opening)
            for _ in range(blocks):
                client.write(block)
            client.write(end)
        return client.reply()


def chunks(port, commands, block, blocks, replies):
    """`block`, which is answered by so many replies, again and again: the last of them."""
    with Conversation(port, SOURCES[0], timeout=120) as client:
        client.reply()
        client.ask(*commands)
        for _ in range(blocks):
            client.write(block)
            last = _replies(client, replies)
        return last.decode().splitlines()[-1]


def recipients(port, total):
    """RCPT after RCPT, a group at a time, with a new connection whenever one is lost: (sent,
    accepted, connections)."""
    sent = accepted = connections = 0
    group = b''.join(b'RCPT TO:<n%d@box.test>\r\n' % number for number in range(500))
    while sent < total:
        with Conversation(port, SOURCES[0]) as client, contextlib.suppress(ConnectionError):
            connections += 1
            client.reply()
            client.ask('EHLO flood.test', 'MAIL FROM:<flood@client.test>')
            while sent < total:
                client.write(group)
                sent += 500
                replies = _replies(client, 500)
                accepted += replies.count(b'250 2.1.5')
                if replies.count(b'\r\n') < 500:
                    break
    return sent, accepted, connections


def _replies(client, count):
    replies = b''
    while replies.count(b'\r\n') < count and (more := client.receive()):
        replies += more
    return replies


def slow(port, states, each, patience):
    """`each` clients in every state, which say one byte a second there, or ask and read nothing: for
    each state the seconds after which the server had hung up on all of them."""
    waiting = {}
    poll = select.poll()
    for state, (commands, opening, drip) in states.items():
        for number in range(each):
            client = Conversation(port, SOURCES[number % len(SOURCES)])
            if commands is not None:
                client.reply()
                client.ask(*commands)
                client.write(opening)
            client.socket.setblocking(False)
            waiting[client.socket.fileno()] = (client, state, drip)
            poll.register(client.socket, select.POLLRDHUP)
    ended, began = {}, time.monotonic()
    deadline = began + patience
    while waiting and time.monotonic() < deadline:
        next_bytes = time.monotonic() + 1
        for client, _, drip in waiting.values():
            with contextlib.suppress(OSError):      # it takes no more, or has gone
                if drip == 'UNREAD':
                    while client.socket.send(b'RSET\r\n' * 1000):
                        pass
                elif drip:
                    client.socket.send(drip.encode())
        while waiting and (left := next_bytes - time.monotonic()) > 0:
            for fd, _ in poll.poll(left * 1000):
                poll.unregister(fd)
                client, state, _ = waiting.pop(fd)
                client.socket.close()
                ended[state] = time.monotonic() - began
    kept = {state for _, state, _ in waiting.values()}
    return {state: None if state in kept else ended[state] for state in states}

