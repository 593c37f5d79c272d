// `sallyport approvals key | approvers | trust | untrust`: the key of an approver, and whom the operator of an installation lists.
import { defineCommand } from "citty";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { approverSchema } from "#govern/approvals/request.ts";
import {
  dataDirectory,
  directoriesIn,
  prepareDirectories,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import {
  ensureApproverKey,
  keyId,
  ownPublicKey,
} from "../../../services/approvals/approver-key.ts";
import { openListedApprovers } from "../../../services/approvals/listed-approvers.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";

/** `sallyport approvals key`. */
export const keyCommand = defineCommand({
  meta: {
    name: "key",
    description:
      "your key to approve with, made where there is none; prints the public one, which others list. Example: sallyport approvals key",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = prepareDirectories(args.data ?? dataDirectory());
    const { key, isNew } = ensureApproverKey(directories);
    await tell(args, { outcome: isNew ? "made" : "there", key, keyId: keyId(key) }, key);
  },
});

/** `sallyport approvals approvers`. */
export const approversCommand = defineCommand({
  meta: {
    name: "approvers",
    description:
      "whom you listed for rules whose policy names nobody. Example: sallyport approvals approvers --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    requireInstall(directories);
    const all = openListedApprovers(directories).all();
    if (args.json === true)
      return print(printableJson(all.map((one) => ({ ...one, keyId: keyId(one.key) }))));
    if (all.length === 0) return print("nobody is listed");
    return print(all.map(({ name, key }) => `${keyId(key)}  ${printable(name)}`).join("\n"));
  },
});

/** `sallyport approvals trust`. */
export const trustCommand = defineCommand({
  meta: {
    name: "trust",
    description: `list somebody who may approve; you type a word for it

  sallyport approvals trust grace 8Qx0…=`,
  },
  args: {
    name: { type: "positional", required: true, description: "their name, for people" },
    key: {
      type: "positional",
      required: true,
      description: "their public key, as `sallyport approvals key` printed it",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const approver = v.safeParse(approverSchema, { name: args.name, key: args.key });
    if (!approver.success)
      throw new Failure("usage", "give a name and a public key of 44 characters");
    const install = requireInstall(directories);
    if (ownPublicKey(directories) === args.key)
      throw new Failure("approvals", "this is your own key: another person approves");
    const lines = [
      "sallyport lists somebody whose approval counts beside yours:",
      `${args.name}, key ${keyId(args.key)}`,
      "ask them for this id by another way than the one on which the key came",
    ];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const listing = openListedApprovers(directories).sign(approver.output);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "approver-add", listing });
    if (answer.kind !== "approver-listed") throw refused(answer);
    const said = { name: args.name, keyId: keyId(args.key) };
    await tell(args, { outcome: "listed", ...said }, `listed: ${printable(args.name)}`);
  },
});

/** `sallyport approvals untrust`. */
export const untrustCommand = defineCommand({
  meta: {
    name: "untrust",
    description:
      "take somebody off your list; what they approved and was not used counts no more. Example: sallyport approvals untrust grace",
  },
  args: {
    name: { type: "positional", required: true, description: "their name, or the id of their key" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const found = openListedApprovers(directories)
      .all()
      .find(({ name, key }) => name === args.name || keyId(key) === args.name);
    if (found === undefined)
      throw new Failure("approvals", `\`${printable(args.name)}\` is not listed`);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "approver-remove", key: found.key });
    if (answer.kind !== "approver-removed") throw refused(answer);
    await tell(
      args,
      { outcome: "unlisted", name: found.name, keyId: keyId(found.key) },
      `no longer listed: ${printable(found.name)}`,
    );
  },
});
