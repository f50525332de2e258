"""A policy service and a milter that agree to everything.

  filters.py --policy PORT --milter PORT

One process, as a site's would be; what it costs is the load's, not the MTA's.
The milter takes the whole message and adds one header field, so that the MTA
has to edit what it stores.
"""
import argparse
import asyncio
import struct

ADD_HEADERS = 0x01
OFFER = b"O" + struct.pack(">III", 6, ADD_HEADERS, 0)
CONTINUE = b"c"
HEADER = b"hX-Filter\0passed\0"


async def policy(reader, writer):
    """SMTPD_POLICY_README: requests end with an empty line."""
    try:
        while True:
            await reader.readuntil(b"\n\n")
            writer.write(b"action=DUNNO\n\n")
    except asyncio.IncompleteReadError:
        writer.close()


def answers(command):
    """The packets that answer one command of the MTA."""
    if command == b"O":
        return [OFFER]
    if command in b"DAQK":          # macros, abort, quit, quit and reuse
        return []
    return [HEADER, CONTINUE] if command == b"E" else [CONTINUE]


async def milter(reader, writer):
    """Packets: length, command letter, data."""
    try:
        while True:
            length, = struct.unpack(">I", await reader.readexactly(4))
            command = (await reader.readexactly(length))[:1]
            if command == b"Q":
                break
            for packet in answers(command):
                writer.write(struct.pack(">I", len(packet)) + packet)
    except asyncio.IncompleteReadError:
        pass
    writer.close()


async def main(args):
    servers = [await asyncio.start_server(serve, "127.0.0.1", port, backlog=4096)
               for serve, port in ((policy, args.policy), (milter, args.milter))]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--policy", type=int, required=True)
    parser.add_argument("--milter", type=int, required=True)
    asyncio.run(main(parser.parse_args()))
