// Commands about more than one machine.
import { command, common, group, type Section } from "../command-line/entry.ts";

export const fleetSection: Section = {
  title: "fleet",
  commands: {
    collector: common(
      group(
        "store the logs of many machines, and hand the log here in",
        `The store of a team: make it, fill it, and hand the log of a machine in.

  sallyport collector serve --config collector.json              take logs in
  sallyport collector search verdict:deny --reader reader.url    look into the store
  sallyport collector leave                                      hand the log here in no more`,
        {
          join: command(
            "hand the log here in from now on",
            async () => (await import("../commands/fleet/collector.ts")).joinCommand,
          ),
          leave: command(
            "hand it in no more",
            async () => (await import("../commands/fleet/collector.ts")).leaveCommand,
          ),
          search: command(
            "events of the store that meet a filter, newest first",
            async () => (await import("../commands/fleet/collector-search.ts")).searchCommand,
            { 0: "looked, whether or not something was found", 2: "could not look" },
          ),
          status: command(
            "what is stored, by tenant",
            async () => (await import("../commands/fleet/collector.ts")).statusCommand,
            { 0: "answered", 2: "could not answer" },
          ),
          setup: command(
            "make the store's tables, or bring them up to date",
            async () => (await import("../commands/fleet/collector.ts")).setupCommand,
          ),
          tenant: command(
            "make a tenant, with its roles",
            async () => (await import("../commands/fleet/collector.ts")).tenantCommand,
          ),
          stream: command(
            "make the streams that logs wait in",
            async () => (await import("../commands/fleet/collector.ts")).streamCommand,
          ),
          serve: command(
            "take logs in, until it is stopped",
            async () => (await import("../commands/fleet/collector.ts")).serveCommand,
          ),
          work: command(
            "store what waits in a stream, until it is stopped",
            async () => (await import("../commands/fleet/collector.ts")).workCommand,
          ),
        },
      ),
    ),
    fleet: group(
      "take the policy that is published for this machine",
      `The machines of a company as one fleet.

  sallyport fleet follow --from https://files.example.com/fleet --fleet acme    take what is published, as root`,
      {
        follow: command(
          "take the policy that is published for this machine, now and from now on",
          async () => (await import("../commands/fleet/fleet-follow.ts")).followCommand,
        ),
      },
    ),
    witness: group(
      "cosign the logs of other machines, and have the log here cosigned",
      `Cosign the logs of other machines, or name those who cosign the log here.

  sallyport witness add https://witness.example.com:4431 KEY    have the log here cosigned
  sallyport witness list                                        by whom
  sallyport witness serve                                       cosign logs of others`,
      {
        add: command(
          "have the log here cosigned by a witness",
          async () => (await import("../commands/fleet/witness.ts")).addCommand,
        ),
        remove: command(
          "ask a witness no more",
          async () => (await import("../commands/fleet/witness.ts")).removeCommand,
        ),
        list: command(
          "the witnesses of the log here",
          async () => (await import("../commands/fleet/witness.ts")).listCommand,
        ),
        serve: command(
          "cosign logs of other machines, until it is stopped",
          async () => (await import("../commands/fleet/witness.ts")).serveCommand,
        ),
        key: command(
          "the key of the witness here",
          async () => (await import("../commands/fleet/witness.ts")).keyCommand,
        ),
        trust: command(
          "cosign the log of this key",
          async () => (await import("../commands/fleet/witness.ts")).trustCommand,
        ),
      },
    ),
  },
};
