#include "lib/queue/queue_file.h"

#include "lib/queue/queue_file_writer.h"
#include "tests/unit/queue/scratch_spool.h"

#include <sys/stat.h>

using namespace postern;
using namespace postern::queue;

namespace {

/// Writes a message of one recipient and `lines` lines; gives its id.
QueueId write_message(const Spool& spool, int lines, QueueFileWriter::Settings settings = {}) {
    auto writer = QueueFileWriter::create(spool, noon, settings);
    REQUIRE(writer);
    MessageSizes sizes;
    REQUIRE(writer->append(RecordType::time, "1795533809 552212"));
    REQUIRE(writer->append(RecordType::sender, "s@xian.com"));
    REQUIRE(writer->append(RecordType::warn_time, "     1795537409"));
    REQUIRE(writer->append(RecordType::recipient, "r@xian.com"));
    REQUIRE(writer->append(RecordType::content, ""));
    sizes.data_offset = writer->position();
    for (int i = 0; i < lines; ++i)
        REQUIRE(writer->append(RecordType::line, "Subject: hello"));
    sizes.data_size = writer->position() - sizes.data_offset;
    REQUIRE(writer->append_coded(rec('X') + rec('E')));
    REQUIRE(writer->finish(sizes));
    writer->keep();
    return writer->id();
}

QueueFile opened(const Spool& spool, const QueueId& id, Queue queue = Queue::incoming) {
    auto file = QueueFile::open(spool, queue, id, QueueFile::Access::mark);
    REQUIRE(file);
    REQUIRE(file->state == FileState::ready);
    return std::move(*file->file);
}

FileState state(const Spool& spool, const QueueId& id) {
    return QueueFile::open(spool, Queue::incoming, id, QueueFile::Access::read)->state;
}

}  // namespace

TEST_CASE("what the writer wrote is read, whatever its buffer holds", "[queue]") {
    ScratchSpool spool;
    for (std::size_t buffer : {1, 100, 200, 16384}) {
        const QueueId id = write_message(*spool, 50, {.buffer_size = buffer});
        QueueFile file = opened(*spool, id);
        CHECK((file.status().st_mode & 07777) == 0700);
        CHECK(id.inode() == file.status().st_ino);
        EnvelopeReader reader = file.envelope();
        const auto envelope = reader.read(5);
        REQUIRE(envelope);
        CHECK(envelope->sender == "s@xian.com");
        CHECK(envelope->arrival == noon);
        std::string text;
        CHECK_FALSE(*file.content(envelope->sizes).fill(text, 100'000, "\n"));
        CHECK(text.size() == 50 * std::string_view("Subject: hello\n").size());
    }
}

TEST_CASE("ids are long where they shall be, and files lie in the queue that was asked for",
          "[queue]") {
    ScratchSpool spool;
    const QueueId id =
        write_message(*spool, 1, {.enable_long_queue_ids = true, .queue = Queue::hold});
    CHECK(id.arrival() == noon);
    CHECK(spool.has("hold/" + id.text()));
}

TEST_CASE("a file that is not kept is removed; until finish nobody takes it", "[queue]") {
    ScratchSpool spool;
    std::string name;
    {
        auto writer = QueueFileWriter::create(*spool, noon);
        REQUIRE(writer);
        name = "incoming/" + writer->id().text();
        CHECK(spool.has(name));
        CHECK(state(*spool, writer->id()) == FileState::incomplete);
        QueueFileWriter moved = std::move(*writer);
        REQUIRE(moved.move_to(Queue::hold));
        CHECK(spool.has("hold/" + moved.id().text()));
    }
    CHECK_FALSE(spool.has(name));
    CHECK(std::filesystem::is_empty(spool.path("hold")));
}

TEST_CASE("an id that a restored file has is not taken", "[queue]") {
    ScratchSpool spool;
    const ino_t inode = QueueFileWriter::create(*spool, noon)->id().inode();
    const auto name = [](ino_t number) {
        return "incoming/" + QueueId::make_short(noon, number).text();
    };
    // The next file may get any inode; a link, which needs none, has the name for each.
    spool.put("restored", "restored");
    for (ino_t next = inode - 1000; next < inode + 1000; ++next)
        std::filesystem::create_hard_link(spool.path("restored"), spool.path(name(next)));
    const auto writer = QueueFileWriter::create(*spool, noon);
    REQUIRE(writer);
    for (ino_t next = inode - 1000; next < inode + 1000; ++next)
        REQUIRE(spool.get(name(next)) == "restored");
}

TEST_CASE("bytes are overwritten in the file, in the buffer and across", "[queue]") {
    ScratchSpool spool;
    auto writer = QueueFileWriter::create(*spool, noon, {.buffer_size = 150});
    const off_t sender = writer->position();
    REQUIRE(writer->append(RecordType::sender, std::string(100, 'a')));  // flushed
    const off_t pointer = *writer->append_pointer();                     // buffered
    REQUIRE(writer->overwrite(sender, rec('S', std::string(100, 'b'))));
    REQUIRE(writer->set_pointer(pointer, 12345));
    REQUIRE(writer->overwrite(pointer - 2, "BBp"));
    CHECK(*writer->read_back(sender, 200) ==
          rec('S', std::string(98, 'b') + "BB") + pointer_record(12345));
}

TEST_CASE("a recipient is marked in the file, and no longer read", "[queue]") {
    ScratchSpool spool;
    const QueueId id = write_message(*spool, 1);
    QueueFile file = opened(*spool, id);
    EnvelopeReader reader = file.envelope();
    REQUIRE(reader.read(5));
    const auto recipients = reader.recipients(5);
    REQUIRE(recipients->size() == 1);
    CHECK(file.mark_done(recipients->front().offset));
    CHECK(file.mark_done(recipients->front().offset));
    REQUIRE(file.sync());
    EnvelopeReader again = file.envelope();
    REQUIRE(again.read(5));
    CHECK(again.recipients(5)->empty());
    CHECK(file.mark_done(0).error().text.ends_with("no recipient record at offset 0"));
    CHECK_FALSE(file.mark_done(1'000'000));
}

TEST_CASE("the sender is warned once", "[queue]") {
    ScratchSpool spool;
    QueueFile file = opened(*spool, write_message(*spool, 1));
    const auto before = file.envelope().read();
    REQUIRE(before->warn_time == from_unix(1'795'537'409));
    REQUIRE(file.clear_warn_time(before->warn_time_offset));
    const auto after = file.envelope().read();
    REQUIRE(after);
    CHECK_FALSE(after->warn_time);
    // As Debian's queue manager writes it.
    CHECK(spool.get("incoming/" + file.id().text()).find("W\x0f             -1") !=
          std::string::npos);
    CHECK_FALSE(file.clear_warn_time(0));
}

TEST_CASE("only a regular file of ours with one link is mail", "[queue]") {
    ScratchSpool spool;
    const QueueId id = write_message(*spool, 1);
    const std::string path = spool.path("incoming/" + id.text());
    CHECK(state(*spool, id) == FileState::ready);
    std::filesystem::create_hard_link(path, spool.path("hold/x"));
    CHECK(state(*spool, id) == FileState::suspicious);
    std::filesystem::remove(path);
    CHECK(state(*spool, id) == FileState::absent);
    REQUIRE(mkfifo(path.c_str(), 0700) == 0);
    CHECK(state(*spool, id) == FileState::suspicious);
}

TEST_CASE("the lock of a delivery keeps the scheduler away", "[queue]") {
    ScratchSpool spool;
    const QueueId id = write_message(*spool, 1);
    QueueFile scheduler = opened(*spool, id);
    {
        QueueFile one = opened(*spool, id), two = opened(*spool, id);
        CHECK(*one.try_lock(LockKind::shared));
        CHECK(*two.try_lock(LockKind::shared));
        CHECK_FALSE(*scheduler.try_lock(LockKind::exclusive));
    }
    CHECK(*scheduler.try_lock(LockKind::exclusive));
}

TEST_CASE("postsuper -e is seen in the mode", "[queue]") {
    ScratchSpool spool;
    const QueueId id = write_message(*spool, 1);
    CHECK_FALSE(opened(*spool, id).is_force_expired());
    chmod(spool.path("incoming/" + id.text()).c_str(), 0710);
    CHECK(opened(*spool, id).is_force_expired());
}
