from __future__ import annotations

import signal
import time

from benchmarks.stages import Profile
from indexer.sentences import sentence_spans


def test_a_look_names_our_module_that_is_at_work_and_the_timer_is_given_back() -> None:
    profile, before = Profile(), signal.getsignal(signal.SIGPROF)
    began = time.process_time()
    with profile.taken():
        while time.process_time() - began < 0.15:
            sentence_spans("The market stayed open. Buses ran at night. " * 40, "en")
    (module, looks), *_ = profile.found.most_common()
    assert module == "sentences"
    assert 10 <= looks <= profile.found.total() <= 200
    assert signal.getsignal(signal.SIGPROF) == before
