#!/usr/bin/env python3
"""Convert other collections of tweets with sentiment to JSON lines `{"text","label"}` with the labels negative, neutral and positive.

Each collection is read in its authors' format:

  vader     tweets_GroundTruth.txt, Hutto and Gilbert 2014
  apple     Apple-Twitter-Sentiment-DFE.csv, CrowdFlower, December 2014
  gop       GOP_REL_ONLY.csv, CrowdFlower, the Republican debate of August 2015
  stance    *-all-annotations.txt of SemEval-2016 Task 6, Mohammad et al. 2016
  debate    debate08_sentiment_tweets.tsv on Obama and McCain, Diakopoulos and Shamma 2010
  valence   Valence-oc-En-train.txt of SemEval-2018 Task 1, Mohammad et al. 2018
  strength  twitter4242.txt of SentiStrength, Thelwall et al. 2012
  rivals    Obama_data.txt and Romney_data.txt, University of Illinois at Chicago, October 2012
  health    hcr-train.csv, hcr-dev.csv and hcr-test.csv on the reform of health care, Speriosu et al. 2011
  sanders   full-corpus.csv on four companies, Sanders 2011

gop, stance, rivals and health are mostly negative. Of their negative tweets, only a sample is kept, as large as the number of other
tweets. Each text is kept once. Don't use the dev tweets of valence, because they are dev tweets of TweetEval's emotion.
"""

from collections import Counter
from pathlib import Path

from bertweet.command_line import new_parser
from bertweet.data.files import write_classification
from bertweet.data.sentiment_sets import READERS, read_set


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("set", choices=READERS)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    args = parser.parse_args()

    rows = read_set(args.set, args.file)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_classification(args.out, rows)
    counts = Counter(label for _, label in rows)
    print(f"{len(rows)} tweets: {', '.join(f'{count} {label}' for label, count in sorted(counts.items()))}")


if __name__ == "__main__":
    main()
