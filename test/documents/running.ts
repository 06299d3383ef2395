/** Commands of blocks that no test runs unchanged, each with the reason. A test still checks that they exist. */
export const NOT_RUN: Record<string, string> = {
  "git clone --depth 1 URL bertweet-edge && cd bertweet-edge": "needs the address of a copy of the repository",
  "npm ci": "the tests run in what it installed; .ci/run begins with it",
  "npm ci && npm test": "would run itself; .ci/run is this command",
  "npm test": "would run itself; .ci/run has it",
  "npx vitest run --project unit": "a part of npm test",
  "npx vitest run --project integration": "a part of npm test",
  "npm run test:faults": ".ci/run has it",
  "npm run test:jobs": ".ci/run has it",
  "npm run test:browser": ".ci/run has it",
  "npm run test:ort": ".ci/run has it",
  "npx bertweet-edge serve --bundle models/bertweet-mini --port 8787 --threads 2":
    "needs the package installed, and runs until it is stopped; test/node starts it",
  "npm run test:node": ".ci/run has it",
  "npm run test:commands": "would run itself; .ci/run has it",
  "npm run test:packages": ".ci/run has it",
  "npm run test:training": ".ci/run has it",
  "npm run test:full-size": ".ci/run has it",
  "npm run test:speed": "needs a machine that does nothing else; .github/workflows/test.yml has it",
  "npm run check": ".github/workflows/test.yml has it",
  "npm run fuzz": "takes minutes; test/faults/fuzz.test.ts runs the same for less long",
  "npm run same": "takes minutes; test/faults/same.test.ts runs the same for less long",
  "npm run soak": "takes ten minutes",
  "npm run jobs -- put tweets.ndjson": "needs a file; test/commands/jobs.test.ts runs it",
  "npm run jobs -- submit r2://tweets/tweets.ndjson --tasks sentiment,ner --out r2://labels/": "the same",
  "npm run jobs -- watch JOB": "the same",
  "npm run jobs -- collect JOB --to labels.ndjson": "the same",
  "npm run label -- tweets.csv --tasks sentiment,ner --out labelled.csv --url http://127.0.0.1:8787":
    "needs a file; test/commands/label.test.ts runs it",
  "npx bertweet-edge label tweets.csv --tasks sentiment,ner --out labelled.csv --bundle models/bertweet-mini":
    "needs the installed package; test/packages/bin-label.test.ts runs it",
  "FAULTS=all npx vitest run --project faults test/faults/storage-faults.test.ts":
    "takes minutes; npm run test:faults runs a fifth of it",
  "JOBS=all npx vitest run --project jobs test/jobs/formats.test.ts test/jobs/faults.test.ts":
    "takes more than an hour; npm run test:jobs has fewer rows",
  "python3 -m venv .venv && .venv/bin/pip install schemathesis==4.32.5": "downloads packages for Python",
  ".venv/bin/schemathesis run http://127.0.0.1:8790/openapi.json --continue-on-failure": "needs the packages above",
  "npx wrangler r2 bucket create bertweet-models": "needs an account",
  "npm run upload": "needs an account; test/commands/release has it with a local bucket",
  "npx wrangler deploy": "needs an account; test/integration/weight.test.ts makes a dry run",
  "npm run upload -- BUNDLE --stage": "needs an account; test/commands/release has it with a local bucket",
  "npm run models -- list": "needs an account; test/commands/release has it with a local bucket",
  "npm run models -- canary VERSION --percent 5": "needs an account; test/commands/release has it with a local bucket",
  "npm run models -- promote": "needs an account; test/commands/release has it with a local bucket",
  "npx wrangler r2 object delete bertweet-models/blobs/SHA256 --remote": "needs an account",
  'curl "https://api.cloudflare.com/client/v4/accounts/$ACCOUNT_ID/analytics_engine/sql" --header "Authorization: Bearer $TOKEN" --data-binary @query.sql':
    "needs an account",
  "python3 -m venv .venv && .venv/bin/pip install -r scripts/training/requirements.txt":
    "downloads PyTorch; test/training/python.ts installs the same",
  "npm run convert -- vinai/bertweet-base --task fill-mask --python .venv/bin/python":
    "needs the Hub; test/training/hub.test.ts has it with a local one",
  "npm start -- --bundle dist/bundles/bertweet-base": "needs the bundle above; test/full-size has it",
  "PYTHON=.venv/bin/python scripts/training/recipe.sh DATA OUT --hours 15":
    "takes hours; test/training/recipe.test.ts runs it with --tiny",
  "scripts/training/recipe.sh DATA OUT --tasks tasks.json --id my-model": "the same",
  "python scripts/training/add_exits.py --bundle BUNDLE --data DATA/sentiment --name sentiment --layer 2 --layer 3 --metric average_recall --unlabelled DATA/tweets.txt.gz --out OUT":
    "needs Python's packages; test/training/pipeline.test.ts runs it",
};

/** Whether a command starts a service that runs until it is stopped. test/commands/start.test.ts runs these commands. */
export const isStart = (line: string) => /(^|&& |[A-Z]+=\S+ )npm (start|run dev)$/.test(line);
