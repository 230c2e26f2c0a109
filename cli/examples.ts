/** What each command is typed like, for its help; by the command's name. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [words: string, what: string])[]>> = {
  "": [
    ["bench", "all six transports, two scenarios, about 2.5 min"],
    ["bench --transports websocket,sse --scenarios fan-out --connections 1000", ""],
    ["compare a/results.json b/results.json --fail-on 'p99 > 10%'", ""],
    ["serve websocket", "the service on one transport, to try with your own client"],
  ],
  bench: [
    ["bench --quick", "to see that all works"],
    ["bench --rigorous --live", "differences from noise, watched in a browser"],
    ["bench --transports websocket,sse --scenarios fan-out --connections 1000", ""],
    ["bench --scenarios all --link 4g", "every story, behind a mobile link"],
    ["bench --transports websocket,websocket:tls", "what TLS costs"],
    ["bench --threshold 'websocket.notify.deliveryLatencyUs.p99 < 20ms'", "for CI"],
    ["bench --resume notif-lab-results/2026-01-31T12-00-00", "after Ctrl-C"],
  ],
  init: [
    ["init", "writes my-scenario.yaml"],
    ["init chat-at-noon.yaml", ""],
  ],
  list: [
    ["list", ""],
    ["list --json", "for scripts"],
  ],
  report: [
    ["report notif-lab-results/run/results.json --format html,md --out site", ""],
    ["report results.json --format md --stdout", "for a job's summary"],
    ["report results.json --format junit,csv --threshold 'p99 < 20ms' --out reports", ""],
  ],
  advise: [
    ["advise", "asks, and takes the newest run"],
    ["advise results.json --need browser,resumption --weights latency=3,memory=2", ""],
  ],
  trend: [["trend nightly/*/results.json --out trend.html", ""]],
  explain: [
    ["explain sse", "one notification's journey, byte by byte"],
    ["explain websocket,websocket:deflate --body 'Build 1234 is green'", ""],
    ["explain all --json", "for scripts"],
  ],
  compare: [
    ["compare before/results.json after/results.json --fail-on 'p99 > 10%, cpu > 5%'", ""],
    ["compare before/results.json after/results.json --format md", "for a pull request"],
    ["compare before/results.json after/results.json --out compare.html", "a page"],
  ],
  capacity: [
    ["capacity --slo 'p99 < 50ms, lost = 0' --over rate --transports websocket,sse", ""],
    ["capacity --slo 'p99 < 100ms' --over connections --json --out capacity.json", ""],
  ],
  sweep: [
    ["sweep --over payload=64..16384 --transports websocket,grpc", ""],
    ["sweep --over rate=10,50,250 --metric cpu --json", ""],
    ["sweep --over delay=0,20,100 --transports sse,grpc", "behind a slower and slower link"],
  ],
  serve: [
    ["serve sse --port 8080", ""],
    ["serve mqtt --json", "endpoint and token for a script"],
    ["serve websocket --user ann,bob", "a token each, to send from one to the other"],
  ],
  token: [["token bob --minutes 5", "for a server started with the same NOTIF_LAB_SECRET"]],
  selftest: [
    ["selftest", "about 4 min"],
    ["selftest --only histogram,statistics", ""],
  ],
  doctor: [["doctor", ""]],
  completion: [
    ["completion bash", "try it: source <(notif-lab completion bash)"],
    ["completion zsh", "save it as _notif-lab in a folder of $fpath"],
    ["completion fish", "save it in ~/.config/fish/completions/notif-lab.fish"],
  ],
  config: [
    ["config", "which file is read, and what it sets"],
    ["config bench --rate 50", "every flag of bench, its value and where that is from"],
  ],
};

/** The examples under a command's help; "" for a command without. The name "" is the program itself. */
export function examplesText(command: string): string {
  const examples = Object.hasOwn(EXAMPLES, command) ? EXAMPLES[command] : undefined;
  if (!examples) return "";
  const lines = examples.map(([words, what]) => {
    const line = `  notif-lab ${words}`;
    return what === "" ? line : `${line.padEnd(38)}  # ${what}`;
  });
  return `\nExamples:\n${lines.join("\n")}\n`;
}
