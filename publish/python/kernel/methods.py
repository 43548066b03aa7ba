"""What is known of methods and functions by their names alone."""


def names(text):
    return frozenset(text.split("|"))


# They leave their object as it is: of text, of containers and arrays, of expressions, of losses and
# models.  Any other method is taken to change it.
PURE = names(
    "capitalize|casefold|center|endswith|find|format|isdigit|join|ljust|lower|"
    "lstrip|replace|rjust|rstrip|split|splitlines|startswith|strip|swapcase|title|"
    "upper|zfill|copy|count|difference|get|index|intersection|items|keys|"
    "most_common|union|values|all|any|argmax|argmin|argsort|astype|clip|cumprod|"
    "cumsum|diagonal|dot|max|mean|min|nonzero|prod|ptp|ravel|repeat|reshape|"
    "round|searchsorted|std|sum|take|tolist|trace|transpose|var|coeff|diff|doit|"
    "evalf|expand|factor|has|jacobian|limit|rewrite|simplify|subs|expression|grad|"
    "log_expression|loss|phi|psi|rho|value|value_and_grad|decision_function|predict|"
    "predict_log_proba|predict_proba|score"
)
# What they hand back shares with what they were given, or with their object.
PASS_ON = names(
    "add_axes|add_subplot|asarray|atleast_1d|atleast_2d|broadcast_to|cache|cycle|"
    "dict|enumerate|filter|fit|get|items|iter|list|lru_cache|map|partial|ravel|"
    "reshape|reversed|set_params|setdefault|sorted|squeeze|subplots|swapaxes|"
    "transpose|tuple|twinx|twiny|values|vectorize|view|zip"
)
# They put what they are given into their object.
KEEPERS = names("add|append|appendleft|extend|insert|setdefault|update")
# They change what they are given.
CHANGE_ARGUMENTS = names(
    "copyto|delattr|fill_diagonal|heapify|heappop|heappush|insort|next|place|put|"
    "put_along_axis|putmask|setattr|shuffle"
)
# Each use of what they make takes something away from it.
USED_UP = names(
    "RandomState|Random|accumulate|chain|combinations|cycle|default_rng|enumerate|"
    "filter|groupby|islice|iter|map|open|pairwise|permutations|takewhile|zip"
)
# Functions of a module that change what its others do.
SETTERS = names(
    "filterwarnings|init_printing|seed|set_printoptions|seterr|setrecursionlimit|simplefilter"
)
# They may read any name there is.
READ_ALL = names("dir|eval|exec|globals|locals|vars")
