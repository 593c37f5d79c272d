// Questions that wait now: somebody who may answer says so, reads one, and answers it in place of the dialog in the client.
import { useEffect, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Panel } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { AllowQuestion, RefuseQuestion } from "./answer-question.tsx";

/** One question of `GET /asks`. */
type Ask = {
  readonly id: string;
  readonly digest: string;
  readonly state: string;
  readonly askedMs: number;
  readonly expiresMs: number;
  readonly project: string;
  readonly tool: string;
  readonly text: string | null;
  readonly rule: string;
  readonly what: string;
  readonly why: string;
  readonly effects: readonly {
    readonly effect: string;
    readonly words: string;
    readonly data: readonly string[];
    readonly verdict: string | null;
  }[];
  readonly effectsOmitted: number;
  readonly held: boolean;
  readonly alternatives: readonly string[];
  readonly onlyThere: string | null;
};
type Asks = {
  readonly command: string;
  readonly items: readonly Ask[];
  readonly seconds: number | null;
};

/** The page says this often that somebody is there; the server forgets it after 45 s. */
const PRESENT_MS = 15_000;
const LOOK_MS = 2_000;

export function AskPanel() {
  const api = useApi();
  const { role } = useMe();
  const [isThere, setThere] = useState(false);
  const mayAnswer = mayAs(role, "approver");
  const resource = useResource<Asks>(
    "/asks",
    {},
    {
      live: ["decision", "changed"],
      what: ["asks"],
      everyMs: isThere ? LOOK_MS : PRESENT_MS,
    },
  );
  useEffect(() => {
    if (!isThere) return undefined;
    const say = (present: boolean) => void api.post("/asks/presence", { isThere: present });
    say(true);
    const timer = setInterval(() => say(true), PRESENT_MS);
    return () => {
      clearInterval(timer);
      say(false);
    };
  }, [isThere]);
  return (
    <Panel
      title="Questions that wait now"
      isWide
      actions={
        mayAnswer ? (
          <button
            type="button"
            class={`button${isThere ? "" : " button-first"}`}
            aria-pressed={isThere}
            onClick={() => setThere(!isThere)}
          >
            {isThere ? "Stop answering here" : "Answer here"}
          </button>
        ) : undefined
      }
    >
      <Loaded resource={resource} label="Reading the questions">
        {({ items, seconds }) => {
          const waiting = items.filter(({ state }) => state === "waiting");
          if (waiting.length > 0)
            return (
              <ul class="lines">
                {waiting.map((one) => (
                  <li key={one.id}>
                    <AskItem ask={one} mayAnswer={mayAnswer} reload={resource.reload} />
                  </li>
                ))}
              </ul>
            );
          return (
            <Empty title={seconds === null ? "Nobody answers here." : "No question waits."}>
              <p>
                {seconds === null
                  ? "The client asks the person at its terminal. Choose Answer here, and questions wait for you too, as long as this page is open."
                  : `A question waits up to ${seconds} seconds for an answer here; the person at the terminal may answer it first.`}
              </p>
            </Empty>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function AskItem(props: {
  readonly ask: Ask;
  readonly mayAnswer: boolean;
  readonly reload: () => void;
}) {
  const { ask, mayAnswer, reload } = props;
  const api = useApi();
  const { id, digest, tool, project, text, what, why, rule, effects, effectsOmitted } = ask;
  const give = (word: "allow" | "deny") => (note: string) =>
    api.post(`/asks/${segment(id)}/${word}`, {
      digest,
      ...(note === "" ? {} : { note: note.slice(0, 300) }),
    });
  return (
    <article aria-label={`Question ${id}`}>
      <p class="lead">
        <Text value={tool} limit={40} /> in <Text value={project} isCode limit={160} />, until{" "}
        <Time ms={ask.expiresMs} as="both" />
      </p>
      {text !== null && <Text value={text} isCode isMultiline limit={1_200} />}
      <p>
        <Text value={what} limit={300} />: <Text value={why} limit={300} />
        <span class="under">
          <Text value={rule} isCode limit={120} />
        </span>
      </p>
      <ul class="lines">
        {effects.map(({ effect, words, data, verdict }, place) => (
          <li key={`${place} ${effect}`}>
            {verdict !== null && <Badge word={verdict} />} <Text value={words} limit={240} />
            {data.length > 0 && (
              <span class="under">
                with <Text value={data.join(", ")} limit={160} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {effectsOmitted > 0 && <p>and {effectsOmitted} more effects</p>}
      <p class="under">{ask.held ? "It runs in a sandbox." : "It runs without a sandbox."}</p>
      {ask.alternatives.map((line) => (
        <p class="under" key={line}>
          Instead: <Text value={line} limit={200} />
        </p>
      ))}
      {ask.onlyThere !== null && (
        <p>
          <Text value={ask.onlyThere} limit={200} />
        </p>
      )}
      {mayAnswer && ask.onlyThere === null && (
        <div class="form-actions form-actions-big">
          <AllowQuestion id={id} act={give("allow")} onDone={reload} />
          <RefuseQuestion id={id} act={give("deny")} onDone={reload} />
        </div>
      )}
      {!mayAnswer && <Command line={`sallyport questions answer ${id} --allow`} />}
    </article>
  );
}
