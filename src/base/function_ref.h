// FunctionRef: a callable passed by reference, for calls that do not outlive their argument.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace proofload {

template <class Signature>
class FunctionRef;

// Two pointers, never an allocation (a std::function of a lambda with many captures has one). The
// callable must outlive the call it is passed to, as a temporary in the argument list does.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, FunctionRef>>>
  // NOLINTNEXTLINE(google-explicit-constructor): a lambda is meant to be passed as it is.
  FunctionRef(F&& function)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::add_pointer_t<F>>(object))(std::forward<Args>(args)...);
        }) {}

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace proofload
