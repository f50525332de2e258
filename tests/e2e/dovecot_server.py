"""An authentication server that the test plays (SASL_README, "Dovecot")."""
import os
import socketserver
import threading

GREETING = b'VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nDONE\n'


class FakeDovecot(socketserver.ThreadingUnixStreamServer):
    """Speaks the auth protocol; `answer(id, words)` gives the line, after `delay` seconds."""
    daemon_threads = True

    def __init__(self, path):
        self.delay, self.connections = 0, 0
        self.answer = lambda number, words: f'OK\t{number}\tuser=client1\n'
        super().__init__(path, self.Handler)
        os.chmod(path, 0o777)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.server.connections += 1
            self.wfile.write(GREETING)
            for line in self.rfile:
                words = line.decode().rstrip('\n').split('\t')
                if words[0] in ('AUTH', 'CONT'):
                    threading.Timer(self.server.delay, self.reply, [words]).start()

        def reply(self, words):
            asks = words[0] == 'AUTH' and not words[-1].startswith('resp=')
            line = f'CONT\t{words[1]}\t\n' if asks else self.server.answer(words[1], words)
            if line is None:
                self.connection.shutdown(2)
            else:
                self.wfile.write(line.encode())
