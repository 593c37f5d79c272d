// etcdctl: keys and members of an etcd cluster.
import {
  deploys,
  readOnlyVerb,
  talksTo,
  asksAccount,
  both,
  verbModel,
  verbs,
} from "../model/verbs.ts";
import { flags, taking } from "../model/option-list.ts";
import { reads } from "../model/consequences.ts";

export const etcdctl = verbModel({
  names: ["etcdctl"],
  options: {
    about: flags("h", "--help --version"),
    host: taking("--endpoints"),
    files: taking("--cacert --cert --key"),
    named: taking("w", "--write-out --user --password --dial-timeout --command-timeout"),
    style: flags("--hex --debug --insecure-skip-tls-verify --insecure-transport"),
  },
  before: (call) => [
    ...call.values("files").map((path) => reads(path)),
    ...call
      .values("host")
      .map(
        (url) =>
          ({ kind: "contacts", url, scheme: "http", carries: [{ kind: "argument" }] }) as const,
      ),
  ],
  table: verbs(
    ["version,help", readOnlyVerb()],
    [
      "get,watch,member list,endpoint status,endpoint health,endpoint hashkv,alarm list,lease list,role list,user list,check perf",
      asksAccount(),
    ],
    ["make-mirror", both(talksTo(undefined), deploys("database"))],
  ),
  otherwise: deploys("database"),
});
