// Commands for the kernel oracle: editors, package managers and other tools, as far as they get without a network.

export const TOOL_COMMANDS: readonly string[] = [
  "vim -u NONE -es -c '%s/a/b/g' -c wq a.txt",
  "vim -u NONE -es -c 'r pub.txt' -c 'w made' -c 'q!' a.txt",
  "vim -u NONE -es -c '!cat a.txt' -c 'q!' pub.txt",
  "make --version",
  "pip3 --version",
  "crontab -l",
  "systemctl --version",
  "npm --version",
  "kubectl version --client",
  "apt-cache policy nosuch",
  "dpkg-query -W bash",
  "su --version",
  "ip addr show",
];
