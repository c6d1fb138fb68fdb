"""DeepMoji with the weights that torchMoji published: text to words, ids, network, distributions.

Source: B. Felbo et al., "Using millions of emoji occurrences to learn any-domain representations
for detecting sentiment, emotion and sarcasm", EMNLP 2017; reference implementation
github.com/huggingface/torchMoji.
"""
