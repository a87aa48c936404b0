// notify-talk [-f FILE | -a | -p | -b]… LINE…: one datagram to $NOTIFY_SOCKET (or the manager's socket), a line a word,
// with descriptors: of a file, of the one before once again, of the reading end of a pipe whose other end goes with
// this process, of one that is waited for (a barrier). It stays until the manager has surely looked at who it was.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

int main(int count, char** words) {
  std::vector<int> fds;
  int barrier = -1;
  std::string text;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    int ends[2] = {-1, -1};
    if (word == "-f" && i + 1 < count) {
      fds.push_back(open(words[++i], O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    } else if (word == "-a" && !fds.empty()) {
      fds.push_back(dup(fds.back()));
    } else if ((word == "-p" || word == "-b") && pipe(ends) == 0) {
      fds.push_back(ends[word == "-b"]);
      if (word == "-b") barrier = ends[0];
    } else {
      text += word + "\n";
    }
  }
  const char* path = getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path != nullptr ? path : "/run/systemd/notify", sizeof address.sun_path - 1);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  iovec part{text.data(), text.size()};
  std::vector<char> control(CMSG_SPACE(sizeof(int) * fds.size()));
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + strlen(path != nullptr ? path : "/run/systemd/notify"));
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
  }
  const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sendmsg(socket_fd, &message, 0) < 0) return perror("notify-talk"), 1;
  if (barrier >= 0) {
    close(fds.back());
    pollfd end{barrier, 0, 0};
    puts(poll(&end, 1, 5000) == 1 && (end.revents & POLLHUP) != 0 ? "barrier passed" : "no end of the barrier");
  }
  usleep(250'000);
  return 0;
}
