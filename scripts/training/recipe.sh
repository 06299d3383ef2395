#!/usr/bin/env bash
# The whole recipe of bertweet-mini as one command. docs/training.md says why each stage is there.
set -euo pipefail

usage() {
  cat <<'TEXT'
recipe.sh DATA OUT [--tiny]

Makes a bundle OUT/bertweet-mini of the data sets in DATA. A stage is skipped if its output is in OUT already, and a training run
that was cut off goes on from its checkpoint, so the command can be started again after any failure.

  DATA     a folder with tweets.txt.gz (one raw tweet a line) and a folder for each task of tasks.json, with train and dev as JSON
           lines {"text","label"} or CoNLL. DATA/other holds the other collections of tweets with sentiment, in a folder each
           (vader, apple, ...), as `other_sentiment.py --help` names their files.
  --tiny   a few texts a stage, to see that every stage runs: no other collections, and MiniLM in the place of MPNet.

Environment:
  PYTHON   an interpreter with requirements.txt installed (default: python3)
  MPNET    a folder with all-mpnet-base-v2: config.json, tokenizer.json, model.safetensors; not needed with --tiny

The full run takes about fifteen hours on two cores.
TEXT
}

if [[ " $* " == *" --help "* ]]; then usage; exit 0; fi
if [[ $# -lt 2 || $# -gt 3 || ( $# -eq 3 && $3 != --tiny ) ]]; then usage >&2; exit 2; fi
data=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
tiny=${3:-}
here=$(dirname "$(realpath "$0")")
python=${PYTHON:-python3}
bundle=$out/tokenizer

# What --tiny adds to a command. The last of several equal options counts.
few=() few_steps=() few_texts=() mpnet=()
if [[ $tiny ]]; then
  few=(--limit 12)
  few_steps=(--limit 12 --epochs 0.5 --max-passes 0.5)
  few_texts=(--texts 40)
else
  mpnet=(--encoder "${MPNET:?is the folder of all-mpnet-base-v2; see --help}")
fi

# stage OUTPUT COMMAND [OPTIONS]: runs a command of this folder unless its output exists.
stage() {
  local output=$1 command=$2
  shift 2
  if [[ -e $output ]]; then echo "have ${output#"$out/"}"; return; fi
  echo "make ${output#"$out/"}"
  mkdir -p "$(dirname "$output")"
  "$python" "$here/$command" "$@"
}

# finetune RUN FROM TASKS [OPTIONS]: a run of finetune.py, from a model, with one of the task files below.
finetune() {
  local run=$1 from=$2 tasks=$3
  shift 3
  stage "$out/$run/finetuned.pt" finetune.py --data "$data" --tasks "$out/tasks-$tasks.json" --bundle "$bundle" --pretrained "$from" \
    --out "$out/$run" "$@" "${few_steps[@]}"
}

# answers NAME MODEL [OPTIONS]: asks a model and its teachers.
answers() {
  local name=$1 model=$2
  shift 2
  stage "$out/$name.pt" answers.py --data "$data" --tasks "$out/tasks-all.json" --bundle "$bundle" --finetuned "$model" --out "$out/$name.pt" \
    "$@" "${few_texts[@]}"
}

# teach NAME TASKS [OPTIONS]: a teacher.
teach() {
  local name=$1 tasks=$2
  shift 2
  stage "$out/$name.pt" teach.py --data "$data" --tasks "$out/tasks-$tasks.json" --out "$out/$name.pt" "$@" "${few[@]}"
}

# average NAME FILE=SHARE...: the mean of models.
average() {
  local name=$1
  shift
  stage "$out/$name.pt" average.py --data "$data" --tasks "$out/tasks-all.json" --bundle "$bundle" --out "$out/$name.pt" "${few[@]}" "$@"
}

# tasks NAME COLLECTIONS: tasks.json in which sentiment borrows only these collections, and cuts no texts if there are none.
tasks() {
  "$python" - "$here/tasks.json" "$out/tasks-$1.json" "$2" <<'PYTHON'
import json, sys
source, target, collections = sys.argv[1:]
tasks = json.load(open(source, encoding="utf-8"))
tasks["sentiment"]["borrows"] = {f"sentiment-{name}": "same" for name in collections.split()}
if not collections:
    del tasks["sentiment"]["cut"]
json.dump(tasks, open(target, "w", encoding="utf-8"))
PYTHON
}

# sentiment COLLECTION FILES...: another collection in our labels.
sentiment() {
  local name=$1
  shift
  stage "$data/sentiment-$name/train.jsonl" other_sentiment.py "$name" "${@/#/$data/other/$name/}" --out "$data/sentiment-$name/train.jsonl"
}

# 1. Data
borrowed=(--borrowed sentiment)
if [[ $tiny ]]; then
  for name in none two four seven all; do tasks "$name" ""; done
  borrowed=()
else
  sentiment vader tweets_GroundTruth.txt
  sentiment apple Apple-Twitter-Sentiment-DFE.csv
  sentiment gop GOP_REL_ONLY.csv
  sentiment stance trainingdata-all-annotations.txt testdata-taskA-all-annotations.txt testdata-taskB-all-annotations.txt
  sentiment debate debate08_sentiment_tweets.tsv
  sentiment valence Valence-oc-En-train.txt
  sentiment strength twitter4242.txt
  sentiment rivals Obama_data.txt Romney_data.txt
  sentiment health hcr-train.csv hcr-dev.csv hcr-test.csv
  sentiment sanders full-corpus.csv
  tasks none ""
  tasks two "vader apple"
  tasks four "vader apple gop stance"
  tasks seven "vader apple gop stance debate valence strength"
  tasks all "vader apple gop stance debate valence strength rivals health sanders"
fi

# 2. Vocabulary, masked language modelling, two runs on all tasks
stage "$bundle/vocab.txt" learn_bpe.py --tweets "$data/tweets.txt.gz" --out "$bundle" "${few[@]/12/2000}"
stage "$out/pretrained/pretrained.pt" pretrain.py --data "$data" --tasks "$out/tasks-all.json" --bundle "$bundle" --out "$out/pretrained" \
  --epochs 0.96 "${few[@]/12/200}"
finetune first "$out/pretrained/pretrained.pt" none --epochs 0.72 --fill-mask 0.04 --quantize-from 0.9
finetune int8 "$out/first/finetuned.pt" none --epochs 0.55 --fill-mask 0.03 --quantize-from 0.88 --learning-rate 1.2e-4 --seed 2

# 3. Two rounds with small teachers
teachers=()
for task in emotion=7.8 irony=7.6 hate=4.7 ner/wnut17=7.7; do
  teach "first-teachers/${task%=*}" none --task "$task" --head-learning-rate 1e-4
  teachers+=(--teacher "$out/first-teachers/${task%=*}.pt")
done
answers answers "$out/int8/finetuned.pt" "${teachers[@]}" --texts 36000
finetune taught "$out/int8/finetuned.pt" none --epochs 0.2 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers.pt" --seed 3
teachers=()
for task in hate=4.7 ner/wnut17=7.7 pos/tweebank=11 ner/tweebank=6.3; do
  teach "second-teachers/${task%=*}" none --task "$task" --head-learning-rate 1e-4
  teachers+=(--teacher "$out/second-teachers/${task%=*}.pt")
done
answers answers2 "$out/taught/finetuned.pt" "${teachers[@]}" --texts 48000 --seed 4
finetune again "$out/taught/finetuned.pt" none --epochs 0.4 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers2.pt" \
  --answer-passes 3 --seed 4

# 4. A larger teacher, then kernel machines beside it
teach mpnet-first none "${mpnet[@]}" --frozen-layers 3 --learning-rate 5e-5 --head-learning-rate 5e-5 \
  --task sentiment=0.6 --task hate=1.2 --task ner/tweebank=2.5 --task emotion=2.5
teach mpnet none "${mpnet[@]}" --teacher "$out/mpnet-first.pt" --frozen-layers 4 --learning-rate 5e-5 --batch-tokens 1024 \
  --task ner/tweebank=3 --task sentiment=0.05 --task hate=0.2 --task emotion=0.5
answers answers3 "$out/again/finetuned.pt" --teacher "$out/mpnet.pt" --own-share emotion=0 --own-share ner/tweebank=0 --texts 48000 --seed 7
finetune third "$out/again/finetuned.pt" none --epochs 0.16 --fill-mask 0.04 --quantize-from 0.84 --answers "$out/answers3.pt" \
  --answer-passes 1 --seed 7 --answer-weight sentiment=2 --answer-weight hate=2 --answer-weight emotion=2 --answer-weight ner/tweebank=4
stage "$out/kernel.pt" teach_kernel.py --data "$data" --tasks "$out/tasks-none.json" --out "$out/kernel.pt" \
  --task hate --task irony --task offensive "${few[@]}"
answers answers4 "$out/third/finetuned.pt" --teacher "$out/mpnet.pt" --teacher "$out/kernel.pt" --own-share emotion=0 \
  --own-share ner/tweebank=0 --texts 96000 --seed 9
finetune fourth "$out/third/finetuned.pt" none --epochs 0.2 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers4.pt" --seed 9 \
  --answer-weight sentiment=3 --answer-weight hate=3 --answer-weight emotion=2 --answer-weight ner/tweebank=6
finetune fifth "$out/fourth/finetuned.pt" none --epochs 0.2 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers4.pt" \
  --answer-passes 3 --seed 12 --answer-weight sentiment=5 --answer-weight hate=4 --answer-weight emotion=2 --answer-weight ner/tweebank=8
average mean-fifth "$out/fourth/finetuned.pt=1" "$out/fifth/finetuned.pt=1"

# 5. Small teachers for sentiment, hate and offensive
teach feeling/1 none --task sentiment=2 --batch-tokens 1024
teach feeling/2 none --task sentiment=2 --learning-rate 2e-4 --seed 2
teach feeling/hate none --task hate=3 --task offensive=2 --batch-tokens 1024
teachers=(--teacher "$out/feeling/1.pt" --teacher "$out/feeling/2.pt" --teacher "$out/feeling/hate.pt")
answers answers5 "$out/mean-fifth.pt" "${teachers[@]}" --texts 130000 --seed 21
finetune sixth "$out/mean-fifth.pt" none --epochs 0.2 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers5.pt" --seed 21 \
  --answer-weight sentiment=5 --answer-weight hate=4 --answer-weight emotion=2 --answer-weight ner/tweebank=6
answers answers6 "$out/sixth/finetuned.pt" "${teachers[@]}" --texts 70000 --seed 22
finetune seventh "$out/sixth/finetuned.pt" none --epochs 0.15 --fill-mask 0.04 --quantize-from 0.86 --learning-rate 1.2e-4 \
  --answers "$out/answers6.pt" --seed 22 --answer-weight sentiment=5 --answer-weight hate=4 --answer-weight emotion=2 --answer-weight ner/tweebank=4
average mean-seventh "$out/mean-fifth.pt=1" "$out/seventh/finetuned.pt=1"

# 6. A larger teacher for sentiment, which learns from other collections and from cut texts too
teach mpnet-feeling two "${mpnet[@]}" --frozen-layers 3 --learning-rate 5e-5 --head-learning-rate 5e-4 --task sentiment=1 \
  --batch-tokens 1024 --seed 4
answers answers7 "$out/mean-seventh.pt" --teacher "$out/mpnet-feeling.pt" --own-share sentiment=0.5 --texts 90000 --seed 31
finetune eighth "$out/mean-seventh.pt" two --epochs 0.15 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers7.pt" --seed 31 \
  --answer-weight sentiment=8 --answer-weight hate=3 --answer-weight emotion=2 --answer-weight ner/tweebank=4
answers answers8 "$out/eighth/finetuned.pt" --teacher "$out/mpnet-feeling.pt" --own-share sentiment=0.5 --texts 62000 --seed 32
finetune ninth "$out/eighth/finetuned.pt" two --epochs 0.1 --fill-mask 0.04 --quantize-from 0.86 --answers "$out/answers8.pt" \
  --answers "$out/answers7.pt" --seed 32 --answer-weight sentiment=8 --answer-weight hate=3 --answer-weight emotion=2 --answer-weight ner/tweebank=4
average mean-ninth "$out/mean-seventh.pt=1" "$out/ninth/finetuned.pt=1"

# 7. Sentiment from borrowed tweets alone; the model's own answers hold all heads where they are
answers answers9 "$out/mean-ninth.pt" --texts 45000 --unlabelled --seed 41
finetune tenth "$out/mean-ninth.pt" four --epochs 0.05 "${borrowed[@]}" --effort sentiment=30 --fill-mask 0.03 --quantize-from 0.86 \
  --learning-rate 1.2e-4 --answers "$out/answers9.pt" --seed 42 --answer-weight sentiment=4 --answer-weight ner/tweebank=4 \
  --answer-weight hate=2 --answer-weight emotion=3
answers answers10 "$out/tenth/finetuned.pt" --texts 60000 --unlabelled --seed 43
last=(--epochs 0.05 "${borrowed[@]}" --fill-mask 0.03 --quantize-from 0.86 --learning-rate 1.2e-4 --answers "$out/answers10.pt"
  --answer-weight sentiment=4 --answer-weight ner/tweebank=5 --answer-weight hate=2 --answer-weight emotion=4 --answer-weight irony=2)
finetune eleventh "$out/tenth/finetuned.pt" seven "${last[@]}" --effort sentiment=25 --seed 51
finetune twelfth "$out/tenth/finetuned.pt" all "${last[@]}" --effort sentiment=20 --seed 52
average last "$out/eleventh/finetuned.pt=1" "$out/twelfth/finetuned.pt=2"

# 8. The bundle, with the figures of `npm run evaluate -- --json OUT/figures.json` once they are there
metrics=()
[[ -e $out/figures.json ]] && metrics=(--metrics "$out/figures.json")
"$python" "$here/export.py" --checkpoint "$out/last.pt" --tokenizer "$bundle" --id bertweet-mini --out "$out/bertweet-mini" \
  --calibrate "$data/sentiment/train.jsonl" --check "$data/sentiment/dev.jsonl" --license Apache-2.0 \
  --description "BERTweet's recipe at half its width and half its depth: one encoder for tweets, a linear head for each task." \
  --training "scripts/training/recipe.sh. Layers and embeddings start from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0); masked-language-model \
training on tweets; fine-tuning on all tasks at once, with answers of teachers made from MiniLM and from sentence-transformers/all-mpnet-base-v2 \
(Apache-2.0); means of weights before and after some runs; at last, sentiment from borrowed tweets alone." "${metrics[@]}"
echo "The bundle is in $out/bertweet-mini. Serve it: npm start -- --bundle $out/bertweet-mini"
