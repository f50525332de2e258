// A list whose members carry their own links: joining and leaving allocate nothing, and a member
// that is destroyed leaves by itself. Timers and the queue of resumable waits are made of it.
#pragma once

namespace postern::event {

/// The links of a member; also the anchor of a list.
class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() { leave(); }

    bool is_linked() const noexcept { return next_ != this; }
    void leave() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = this;
    }
    /// Leaves where it is and joins in front of `other`: at the end, when that is an anchor.
    void join_before(Link& other) noexcept {
        leave();
        next_ = &other;
        previous_ = other.previous_;
        previous_->next_ = other.previous_ = this;
    }
    Link& next() const noexcept { return *next_; }
    Link& previous() const noexcept { return *previous_; }

private:
    Link* next_ = this;
    Link* previous_ = this;
};

/// A list of T, each derived from Link. Members must not be in two lists through one Link.
template <class T>
class LinkedList {
public:
    bool empty() const noexcept { return !anchor_.is_linked(); }
    void push_back(T& member) noexcept { member.join_before(anchor_); }
    T& front() const noexcept { return static_cast<T&>(anchor_.next()); }
    T& pop_front() noexcept {
        T& first = front();
        first.leave();
        return first;
    }
    /// All members move to the end of `other`.
    void move_to(LinkedList& other) noexcept {
        while (!empty()) other.push_back(pop_front());
    }

private:
    Link anchor_;
};

}  // namespace postern::event
