"""Import torch and transformers in one place, on first use, safely from many threads.

At the end of its import transformers puts another module into its own place. A thread that imports
it meanwhile keeps the unfinished one, and finds nothing in it. This module stays what it is, so
that whoever imports it waits until all is there. open_clip and diffusers import transformers: who
needs them imports this first.
"""

import torch
import transformers
from transformers import AutoTokenizer, BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

__all__ = [
    "AutoTokenizer",
    "BertConfig",
    "BertModel",
    "GPT2Config",
    "GPT2LMHeadModel",
    "torch",
    "transformers",
]
