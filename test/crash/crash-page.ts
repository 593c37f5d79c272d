// The page of kills: what was killed where, how often, and what was left.
import type { Campaign } from "./campaign.ts";

/** Docs/reference/crashes.md. */
export function crashPage(
  { tallies }: Pick<Campaign, "tallies">,
  run: { readonly count: number; readonly seed: number },
): string {
  const rows = tallies.map(
    ({ scenario, steps, enumerated, torn, random, ended, acknowledged, lost, broken }) =>
      `| ${scenario} | ${steps === 0 ? "not counted" : steps} | ${enumerated} | ${torn} | ${random} | ${ended} | ${acknowledged} | ${lost} | ${broken} |`,
  );
  return `# Kills

Written by \`npm run crash -- ${run.count} ${run.seed} --write\`. A process that works on a log is ended by \`kill -9\`: before a step that changes the disk (each \`open\` for
writing, \`write\`, \`sync\`, \`rename\`, \`link\`, \`unlink\`, \`mkdir\` is counted, and points are spread over all of them), within a step, where one that writes leaves half of its bytes, and
at random moments. Processes that were done before are no kills. After each kill the log is verified as it lies there, after the next start, and after the same work was done again; nothing is repaired by hand.

| what was killed | steps | before a step | within a step | at random | done before | acknowledged events | lost | not whole |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
${rows.join("\n")}

- **append**: durable and other events from four sides, and the checkpoint over them.
- **change-key**: a new signing key, events under both, the end of the old one.
- **archive**: two segments to a folder, each read back.
- **prune**: the same, then 512 entries removed on record.
- **retain**: archive, read back, remove, while events come in: what the daemon does once a day.
- **pack**: two bundles packed, as the daemon does when they are a week old.
- **erase**: a person out of a made-up installation of three: log, index, keys, the client's files, engram, a vault, exports. After a kill without an order on
  disk no file may be another one; with one, the erasure is ended by \`--resume\`, and then no byte of the person is left, the certificate verifies and the others are whole.
- **index**: the SQLite index over 6,000 entries, whose steps are made by the library and are killed at random only.

Acknowledged events are those of the log that a kill began with, and those that the killed process said the log had. An event that was removed on record must
be in a segment of the archive that proves itself. A kill leaves what the kernel was given: what a power cut leaves, torn and reordered, is tried in
\`test/fault/log-torn.test.ts\`.
`;
}
