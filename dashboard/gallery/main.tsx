// Every part that has no page yet to show it, for the tests alone: built by them and never shipped.
import { render } from "preact";
import { useState } from "preact/hooks";
import { AppContext, useApi, useApp } from "../src/core/app.ts";
import { makeApp } from "../src/core/make-app.ts";
import { useStore } from "../src/core/store.ts";
import { Confirm } from "../src/parts/confirm.tsx";
import { Diff } from "../src/parts/diff.tsx";
import { Choice, Field } from "../src/parts/field.tsx";
import { PageFrame, Panel } from "../src/parts/panel.tsx";
import { Rows } from "../src/parts/rows.tsx";
import { Progress } from "../src/parts/state.tsx";
import { Tabs } from "../src/parts/tabs.tsx";
import { Text } from "../src/parts/text.tsx";
import { Reconfirm } from "../src/shell/reconfirm.tsx";

const DIFF =
  "--- a/policy.yaml\n+++ b/policy.yaml\n@@ -1,2 +1,2 @@\n mode: enforce\n-verdict: ask\n+verdict: deny\n";
const ROWS = 1_000_000;

function Gallery() {
  const { session } = useApp();
  const state = useStore(session.state);
  const api = useApi();
  const [name, setName] = useState("");
  const [level, setLevel] = useState<"low" | "high">("low");
  const [done, setDone] = useState("");
  if (state.kind !== "open") return <Progress label="Coming in" />;
  return (
    <main>
      <PageFrame title="Gallery">
        <Confirm
          title="Approve"
          note="Why"
          isNoteRequired
          command={(note) => `sallyport approvals answer 7 --note ${JSON.stringify(note)}`}
          act={(note) => api.post<{ told: string }>("/approvals/7", { note })}
          onDone={({ told }) => setDone(told)}
        >
          <p>The call runs once.</p>
        </Confirm>
        <p id="done">
          <Text value={done} />
        </p>
        <Field
          label="Name"
          value={name}
          onInput={setName}
          problem={name === "x" ? "too short" : undefined}
        />
        <Choice
          label="Level"
          value={level}
          options={[
            { value: "low", label: "Low" },
            { value: "high", label: "High" },
          ]}
          onChoose={setLevel}
        />
        <Tabs
          label="Views"
          tabs={[
            {
              key: "diff",
              title: "Diff",
              body: () => <Diff label="Change of the policy" text={DIFF} />,
            },
            {
              key: "long",
              title: "Long text",
              body: () => <Text value={`${"long ".repeat(500)}end`} />,
            },
          ]}
        />
        <Panel title="A million rows">
          <Rows
            class="rows-log"
            label="Rows"
            heads={["Row", "Square", "Kind", "Text"]}
            count={ROWS}
            total={ROWS}
            cells={(place) => [
              place,
              place * place,
              place % 2 === 0 ? "even" : "odd",
              `row ${place}`,
            ]}
          />
        </Panel>
      </PageFrame>
      <Reconfirm />
    </main>
  );
}

const place = document.querySelector("#app");
if (place !== null) {
  const app = makeApp();
  render(
    <AppContext.Provider value={app}>
      <Gallery />
    </AppContext.Provider>,
    place,
  );
  void app.session.start();
}
