// The queue of jobs, as those who fill it and those who empty it see it.
#pragma once

#include "service/sql.h"

namespace proofload::shop {

inline constexpr Statement kPendingJobs{"SELECT jobs pending",
                                        "SELECT count(*) FROM jobs WHERE state = 'pending'"};

}  // namespace proofload::shop
