// What a reader narrows the log by: time, project, person, verdict, tool and rule with their counts, and searches that are kept.
import { useMemo, useState } from "preact/hooks";
import { useApp, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { CopyButton } from "../parts/command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { formatCount } from "../parts/time-text.ts";
import { termOf, withoutOwn, withTerm } from "./log-filter.ts";
import { NarrowProject, TimeChoice } from "./narrow-choices.tsx";

type Counted = { readonly rows: readonly (readonly (string | number | null)[])[] };

const VALUES_MAX = 30;
/** Values are counted over so long where no time was chosen: all of a log of years says nothing about today. */
const COUNTED_OVER = "30d";
const FACETS = [
  ["verdict", "Verdict", "Any"],
  ["user", "Person", "Anybody"],
  ["tool", "Tool", "Any"],
  ["rule", "Rule", "Any"],
] as const;
const VERDICT_WORDS: Readonly<Record<string, string>> = {
  allow: "Allowed",
  ask: "Asked",
  deny: "Denied",
  abstain: "Left to the client",
};

export function LogFacets(props: {
  readonly filter: string;
  readonly project: string;
  readonly onFilter: (filter: string) => void;
  readonly onProject: (project: string) => void;
}) {
  const { filter, project, onFilter, onProject } = props;
  const time = termOf(filter, "time");
  const isTeam = (useMe().team ?? null) !== null;
  return (
    <div class="facets" role="group" aria-label="Narrow the log">
      <TimeChoice value={time} onChoose={(value) => onFilter(withTerm(filter, "time", value))} />
      {!isTeam && <NarrowProject value={project} onChoose={onProject} />}
      {FACETS.map(([name, label, any]) => (
        <Facet
          key={name}
          {...{ name, label, any, filter }}
          over={time === "" ? COUNTED_OVER : time}
          onChoose={(value) => onFilter(withTerm(filter, name, value))}
        />
      ))}
    </div>
  );
}

function Facet(props: {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly filter: string;
  readonly over: string;
  readonly onChoose: (value: string) => void;
}) {
  const { name, label, any, over, onChoose } = props;
  const chosen = termOf(props.filter, name);
  // WHY by time alone: these counts are kept by the hour, and a chosen value must not hide the others.
  const { value } = useResource<Counted>("/events/count", {
    filter: withoutOwn(withTerm("", "time", over)),
    by: name,
    limit: VALUES_MAX,
  });
  const options = useMemo(() => {
    const counted = (value?.rows ?? []).flatMap(([word, n]) =>
      typeof word === "string" && word !== ""
        ? [{ value: word, label: `${VERDICT_WORDS[word] ?? word} (${formatCount(Number(n))})` }]
        : [],
    );
    const isKnown = chosen === "" || counted.some((one) => one.value === chosen);
    return [
      { value: "", label: any },
      ...counted,
      ...(isKnown ? [] : [{ value: chosen, label: plainLine(chosen, 120) }]),
    ];
  }, [value, chosen]);
  return <Choice label={label} value={chosen} options={options} onChoose={onChoose} />;
}

/** Searches that anybody asks, before one has any of their own. */
const GIVEN = [
  ["Denied in the last hour", "verdict:deny time:1h"],
  ["Asked in the last day", "verdict:ask time:24h"],
  ["Sent to other hosts", "effect:egress/other"],
] as const;

/** Links to searches that this browser keeps; the address of each says all of it, so that it can be handed over. */
export function SavedSearches({ query }: { readonly query: string }) {
  const { preferences } = useApp();
  const saved = useStore(preferences.searches);
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const isKept = saved.some((one) => one.query === query);
  const save = () => {
    preferences.searches.set([...saved, { name: name.trim(), query }]);
    setOpen(false);
    setName("");
  };
  return (
    <div class="saved-searches" role="group" aria-label="Saved searches">
      <span>Saved searches:</span>
      {GIVEN.map(([title, filter]) => (
        <a key={title} href={`/log?${new URLSearchParams({ filter })}`}>
          {title}
        </a>
      ))}
      {saved.map((one) => (
        <a key={one.name} href={`/log?${one.query}`}>
          {plainLine(one.name, 60)}
        </a>
      ))}
      {query !== "" && <CopyButton text={`${location.origin}/log?${query}`} what="link" />}
      {query !== "" && !isKept && (
        <button type="button" class="text-more" onClick={() => setOpen(true)}>
          Save this search
        </button>
      )}
      {isKept && (
        <button
          type="button"
          class="text-more"
          onClick={() => preferences.searches.set(saved.filter((one) => one.query !== query))}
        >
          Forget this search
        </button>
      )}
      {isOpen && (
        <Dialog title="Save this search" onClose={() => setOpen(false)}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== "") save();
            }}
          >
            <p>This browser keeps it. Its link opens it anywhere.</p>
            <Field label="Name" value={name} onInput={setName} charsMax={60} isRequired />
            <div class="form-actions">
              <button type="submit" class="button button-first" disabled={name.trim() === ""}>
                Save
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}
