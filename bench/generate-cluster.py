#!/usr/bin/env python3
"""Writes a large cluster file to standard output.

    bench/generate-cluster.py --hosts 1000000 --lines 4000000 --order random > big.cluster

The defaults give 100 MB, 4 million lines and about a million different hosts.
"""
import argparse
import random
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--hosts", type=int, default=1_000_000, help="different hosts (1000000)")
parser.add_argument("--lines", type=int, default=4_000_000, help="members listed (4000000)")
parser.add_argument("--groups", type=int, default=1000, help="groups (1000)")
parser.add_argument("--order", choices=["random", "sequential"], default="random")
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()

rng = random.Random(args.seed)
names = [f"node{i:07d}.rack{i % 997:03d}.dc{i % 7}" for i in range(args.hosts)]
out = sys.stdout
per_group = -(-args.lines // args.groups)
line = 0
for group in range(args.groups):
    out.write(f"GROUP:g{group}\n")
    count = min(per_group, args.lines - line)
    if args.order == "random":
        members = [names[rng.randrange(args.hosts)] for _ in range(count)]
    else:
        members = [names[(line + i) % args.hosts] for i in range(count)]
    line += count
    out.write("".join(m + "\n" for m in members))
