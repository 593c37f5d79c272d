// Why a call was let through, asked about or refused: rules with the effects that they judged, and what would be said of it now.
import { useState } from "preact/hooks";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Pairs } from "../parts/panel.tsx";
import { Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Tree, type TreeNode } from "../parts/tree.tsx";

/** The answer of `GET /events/:index/explanation`. */
type Explained = {
  readonly command: string;
  readonly verdict: string;
  readonly isEnforced: boolean;
  readonly class: string | null;
  readonly policy: { readonly id: string; readonly version: string; readonly layer: string };
  readonly rules: readonly {
    readonly rule: string;
    readonly verdict: string;
    readonly reason: string | null;
    readonly instead: string | null;
    readonly effects: readonly number[];
  }[];
  readonly effects: readonly string[];
  readonly names: readonly { readonly kind: string; readonly names: readonly string[] }[];
  readonly exceptions: readonly string[];
  readonly isOpened: boolean;
  readonly canJudgeNow: boolean;
};
/** The answer of `GET /events/:index/judged-now`. */
type JudgedNow = {
  readonly command: string;
  readonly verdict: string;
  readonly class?: string;
  readonly effects: readonly { readonly text: string; readonly kind: string }[];
  readonly reasons: readonly {
    readonly verdict: string;
    readonly rule: string;
    readonly text: string;
    readonly instead?: string;
  }[];
  readonly alternative?: { readonly command: string; readonly verdict: string };
  readonly policy: { readonly id: string; readonly version: string };
};

const NAME_WORDS: Readonly<Record<string, string>> = {
  reads: "Reads",
  changes: "Changes",
  hosts: "Contacts",
  remotes: "Remotes",
  branches: "Branches",
  packages: "Packages",
  servers: "Servers",
};

export function Explanation({ index }: { readonly index: number }) {
  const resource = useResource<Explained>(`/events/${index}/explanation`);
  return (
    <div class="explanation">
      <Loaded resource={resource} label="Reading why">
        {(value) => (
          <>
            {!value.isOpened && (
              <p class="quiet">
                What is sealed cannot be opened here: only kinds of effects are known.
              </p>
            )}
            <Tree nodes={ruleNodes(value)} label="Rules, and the effects that each judged" />
            <Pairs
              rows={[
                ...value.names.map(
                  ({ kind, names }) =>
                    [
                      NAME_WORDS[kind] ?? kind,
                      <Text value={names.join("  ")} limit={400} isCode />,
                    ] as const,
                ),
                ["Class", <Text value={value.class ?? "unknown"} limit={60} />],
                [
                  "Policy",
                  <Text
                    value={`${value.policy.id} ${value.policy.version} (${value.policy.layer})`}
                    limit={160}
                  />,
                ],
                ...(value.exceptions.length === 0
                  ? []
                  : [
                      [
                        "Exceptions",
                        <Text value={value.exceptions.join(", ")} limit={200} />,
                      ] as const,
                    ]),
              ]}
            />
            {value.canJudgeNow && <NowPart index={index} />}
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Rules with their effects below them; effects that no rule judged stand by themselves. */
function ruleNodes({ rules, effects }: Explained): readonly TreeNode[] {
  const judged = new Set(rules.flatMap((rule) => rule.effects));
  const left = effects.flatMap((text, place) => (judged.has(place) ? [] : [{ text, place }]));
  return [
    ...rules.map((rule, at) => ({
      key: `rule ${at}`,
      isOpen: true,
      label: (
        <>
          <Badge word={rule.verdict} /> <Text value={rule.rule} limit={160} isCode />
          {rule.reason !== null && (
            <>
              {": "}
              <Text value={rule.reason} limit={400} />
            </>
          )}
        </>
      ),
      children: [
        ...rule.effects.map((place) => leaf(`effect ${place}`, effects[place] ?? "an effect")),
        ...(rule.effects.length === 0 ? [leaf("whole", "the whole call")] : []),
        ...(rule.instead === null ? [] : [leaf("instead", `Instead: ${rule.instead}`)]),
      ],
    })),
    ...(left.length === 0
      ? []
      : [
          {
            key: "left",
            isOpen: rules.length === 0,
            label: rules.length === 0 ? "Effects" : "Effects that no rule judged",
            children: left.map(({ text, place }) => leaf(`effect ${place}`, text)),
          },
        ]),
  ];
}

function leaf(key: string, text: string): TreeNode {
  return { key, label: <Text value={text} limit={300} /> };
}

function NowPart({ index }: { readonly index: number }) {
  const [isAsked, setAsked] = useState(false);
  const resource = useResource<JudgedNow>(isAsked ? `/events/${index}/judged-now` : null);
  if (!isAsked)
    return (
      <p>
        <button type="button" class="button" onClick={() => setAsked(true)}>
          Judge it as of now, with alternatives
        </button>
      </p>
    );
  return (
    <section class="explanation-now" aria-label="As of now">
      <Loaded resource={resource} label="Judging the command as of now; nothing is run">
        {({ verdict, reasons, effects, alternative, command }) => (
          <>
            <p>
              As of now: <Badge word={verdict} />{" "}
              {reasons[0] !== undefined && <Text value={reasons[0].text} limit={300} />}
            </p>
            <ul class="lines">
              {effects.map(({ text }, place) => (
                <li key={place}>
                  <Text value={text} limit={300} />
                </li>
              ))}
            </ul>
            {alternative === undefined ? (
              <p class="quiet">
                {reasons.find(({ instead }) => instead !== undefined)?.instead ??
                  "No safer form of it is known."}
              </p>
            ) : (
              <div>
                <p>
                  Instead <Badge word={alternative.verdict} />
                </p>
                <Command line={alternative.command} />
              </div>
            )}
            <Command line={command} label="In the terminal" />
          </>
        )}
      </Loaded>
    </section>
  );
}
