// Commands about where packets may go, a group of the section of checks.
import { command, group } from "../command-line/entry.ts";

export const networkGroup = group(
  "the network: an egress proxy, its self-test, firewalls, profiles and variables",
  `Where packets may go.

  sallyport network proxy --allow model,registry       the only way out, by name and class
  sallyport network selftest                           which ways out does it really close?
  sallyport network firewall --target nftables         nothing goes past it
  sallyport network profile --provider bedrock --region eu-central-1
  sallyport network env                                how every runtime is told of it`,
  {
    proxy: command(
      "run the egress proxy in this terminal until interrupted",
      async () => (await import("../commands/network/network-proxy.ts")).proxyCommand,
      { 0: "it ended as asked", 2: "it cannot run" },
    ),
    run: command(
      "run a command in the project's isolation, with the proxy as its only way out",
      async () => (await import("../commands/network/network-run.ts")).runCommand,
      { 0: "the command's own code", 2: "it was not run, or the command's own code" },
    ),
    selftest: command(
      "try every way out, inside of the isolation and beside a naive list",
      async () => (await import("../commands/network/network-selftest.ts")).selftestCommand,
      {
        0: "none reached the sink",
        1: "some did",
        2: "it cannot be tried, or what is allowed does not work",
      },
    ),
    firewall: command(
      "rules for nftables or iptables: nothing leaves past the proxy",
      async () => (await import("../commands/network/network-make.ts")).firewallCommand,
      { 0: "printed", 2: "something in it is no address" },
    ),
    profile: command(
      "hosts and variables of a provider of models, air-gapped too",
      async () => (await import("../commands/network/network-make.ts")).profileCommand,
      { 0: "printed", 2: "a region or resource is missing, or there is no such endpoint" },
    ),
    env: command(
      "how every runtime is told of the proxy; check what is set",
      async () => (await import("../commands/network/network-make.ts")).envCommand,
      { 0: "printed, or nothing is wrong", 1: "something is", 2: "cannot be done" },
    ),
  },
);
